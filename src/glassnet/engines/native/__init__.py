"""The native engine: a program compiled to machine code for the CPU at hand."""

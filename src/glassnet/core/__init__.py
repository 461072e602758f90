"""What a computation is: operations, the tape, derivatives, programs."""

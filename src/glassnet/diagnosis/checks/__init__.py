"""The checks that an expert makes, a file each: from what is diagnosed to what was found."""

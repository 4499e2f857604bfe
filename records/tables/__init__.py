"""Tables as offices really type them: the repairs of single cells (``cells``) and the shape of a sheet (``layout``). No Django."""

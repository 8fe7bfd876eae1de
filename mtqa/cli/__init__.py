"""The command line: a command parses, calls the library, renders and exits. One file a command."""

"""How fast is it, against the bare floor and against what a user would pick instead? See README.md here."""

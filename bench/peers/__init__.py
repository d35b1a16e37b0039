"""What a user would pick instead, each as good as we could make it, or skipped with the reason."""

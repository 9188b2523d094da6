"""Who makes media elsewhere: one adapter per wire format. Each asks once, says what became of it, and can ask again."""

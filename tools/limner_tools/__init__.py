"""What an agent sees: one module per MCP tool, and the MCP server that serves them."""

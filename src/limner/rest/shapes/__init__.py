"""The shapes of the API's requests and answers, one module per noun; OpenAPI is made from them."""

"""The intermediate representation: expressions and statements, and how a function body becomes them."""

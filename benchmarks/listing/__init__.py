"""What a listing of all official operations costs a model, beside bare FastMCP's over the same documents."""

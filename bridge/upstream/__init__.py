"""The vendor's side: whose token, which request, what came back."""

"""Every official operation, called through a real client, compared with what its document asks for.

Nothing here uses the code that makes or sends requests: documents are read, values made and expectations written anew.
"""

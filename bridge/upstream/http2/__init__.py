"""HTTP/2 over TLS for httpx2: one connection that carries the calls of many, each on a stream of its own.

httpcore2's pool and its HTTP/1.1 stay; its HTTP/2 connection is replaced. That one (2.16) never resets the stream of a
call that was cancelled, so that the vendor goes on and the connection's windows and streams run out; it loses bytes of
other streams where a call is cancelled while it writes; after a GOAWAY it breaks off the answers that the vendor still
sends; and the read time-out of one stream ends all of them. See encode/httpcore#1098, #1054 and python-hyper/h2#1181.
"""

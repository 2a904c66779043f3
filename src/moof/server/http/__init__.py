"""The page, the HTTP API and the signaling WebSocket, served by uvicorn on one or two ports."""

"""RTP and RTCP as bytes and numbers: packets, feedback, congestion control. Sans-IO."""

"""What makes a ledger provable to somebody who does not hold it: one hash over all of it, and short proofs from that.

Pure functions over bytes, on the standard library alone, so that they can be read next to the standards they follow.
Nothing here knows what an entry is or where it is kept.
"""

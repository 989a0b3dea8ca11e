"""Measures Mallard beside pyarrow's own Flight servers."""

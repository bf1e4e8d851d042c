"""Cross-sections: many series at one moment beside each other."""

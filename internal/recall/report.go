package recall

"""Kubernetes: manifests for kustomize, and what writes the one that is made from other files."""

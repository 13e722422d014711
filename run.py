#!/usr/bin/env python3
"""Command line of suandian; `python run.py --help` teaches the rest."""

from simulator.cli import main

if __name__ == "__main__":
    main()

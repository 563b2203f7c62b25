#!/usr/bin/env python3
"""Makes conformance vectors with real PyTorch: python3 generate.py --out DIR --seed N [--area A ...] [--further]

Needs PyTorch 1.13 or newer and numpy. Every area becomes one file of the schema in README.md. Shapes, dimensions,
options and values follow from the seed alone; the stored values are float64 results rounded to float32.
"""
import argparse
import pathlib
import sys

sys.dont_write_bytecode = True
from generator import elementwise, elementwise_binary, further, indexing, indexing_shapes, matmul, notebook  # noqa: E402
from generator import reductions, reductions_rows  # noqa: E402
from generator.record import Recorder  # noqa: E402

AREAS = {
    'elementwise': [elementwise.record, elementwise_binary.record],
    'reductions': [reductions.record, reductions_rows.record],
    'matmul': [matmul.record],
    'indexing': [indexing.record, indexing_shapes.record],
    'notebook': [notebook.record],
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--out', required=True, type=pathlib.Path, help='the folder to write to')
    parser.add_argument('--seed', required=True, type=int, help='other seeds make other shapes and values')
    parser.add_argument('--area', action='append', choices=sorted(AREAS), help='only this area; may be repeated')
    parser.add_argument('--further', action='store_true', help='also ops that the published vectors do not have')
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for area in options.area or AREAS:
        recorder = Recorder(area, options.seed)
        for record in AREAS[area]:
            record(recorder)
        if options.further and hasattr(further, area):
            getattr(further, area)(recorder)
        recorder.write(options.out / f'{area}.json')
        print(f'{area}: {len(recorder.cases)} cases', *(f'left out {line}' for line in recorder.left_out), sep='\n  ')


if __name__ == '__main__':
    sys.exit(main())

"""The peers of bench/hamming.ts: FAISS's exact binary indexes on one thread, over the codes of a file.

usage: hamming-faiss.py CODES QUERIES RADIUS INDEX COUNT PASSES   (INDEX: flat or multihash)
Files hold codes of 32 bytes, one after the other. COUNT of the queries are asked, in so many passes, of which the best time of
each counts. Prints one line of JSON: build seconds by the clock and of the processor, milliseconds of each query, entries found by each query within RADIUS, and resident bytes.
"""
import json
import sys
import time

import faiss
import numpy

codes_file, queries_file, radius, kind = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
faiss.omp_set_num_threads(1)
codes = numpy.fromfile(codes_file, dtype=numpy.uint8).reshape(-1, 32)
queries = numpy.fromfile(queries_file, dtype=numpy.uint8).reshape(-1, 32)[: int(sys.argv[5])]


start, start_cpu = time.perf_counter(), time.process_time()
if kind == "flat":
    index = faiss.IndexBinaryFlat(256)
else:
    index = faiss.IndexBinaryMultiHash(256, 16, 16)
    # Sixteen bands: a code within 31 bits has at most one flipped bit in at least one of them.
    index.nflip = radius // 16
index.add(codes)
build, build_cpu = time.perf_counter() - start, time.process_time() - start_cpu

milliseconds, found = [float("inf")] * len(queries), [0] * len(queries)
for _ in range(int(sys.argv[6])):
    for i in range(len(queries)):
        start = time.perf_counter()
        # FAISS's radius is exclusive.
        limits, _, _ = index.range_search(queries[i : i + 1], radius + 1)
        milliseconds[i] = min(milliseconds[i], (time.perf_counter() - start) * 1000)
        found[i] = int(limits[1])

with open("/proc/self/statm") as status:
    resident = int(status.read().split()[1]) * 4096
print(json.dumps({"version": faiss.__version__, "build": build, "buildCpu": build_cpu, "ms": milliseconds, "found": found, "resident": resident}))

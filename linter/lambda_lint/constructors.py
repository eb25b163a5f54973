"""Bodies of constructors, by how many fields they set: written out, since compiling them took a tenth of a small run.

`put_N` sets the field of that number. `values` gives each class a copy that knows its own.
"""

# mypy: ignore-errors
# ruff: noqa: E702, F821
# fmt: off

def of_0(self): pass
def of_1(self, a): put_0(self, a)
def of_2(self, a, b): put_0(self, a); put_1(self, b)
def of_3(self, a, b, c): put_0(self, a); put_1(self, b); put_2(self, c)
def of_4(self, a, b, c, d): put_0(self, a); put_1(self, b); put_2(self, c); put_3(self, d)
def of_5(self, a, b, c, d, e): put_0(self, a); put_1(self, b); put_2(self, c); put_3(self, d); put_4(self, e)
def of_6(self, a, b, c, d, e, f):
    put_0(self, a); put_1(self, b); put_2(self, c); put_3(self, d); put_4(self, e); put_5(self, f)
def of_7(self, a, b, c, d, e, f, g):
    put_0(self, a); put_1(self, b); put_2(self, c); put_3(self, d); put_4(self, e); put_5(self, f); put_6(self, g)
def of_8(self, a, b, c, d, e, f, g, h):
    put_0(self, a); put_1(self, b); put_2(self, c); put_3(self, d); put_4(self, e); put_5(self, f); put_6(self, g)
    put_7(self, h)
def of_9(self, a, b, c, d, e, f, g, h, i):
    put_0(self, a); put_1(self, b); put_2(self, c); put_3(self, d); put_4(self, e); put_5(self, f); put_6(self, g)
    put_7(self, h); put_8(self, i)
def of_10(self, a, b, c, d, e, f, g, h, i, j):
    put_0(self, a); put_1(self, b); put_2(self, c); put_3(self, d); put_4(self, e); put_5(self, f); put_6(self, g)
    put_7(self, h); put_8(self, i); put_9(self, j)
def of_11(self, a, b, c, d, e, f, g, h, i, j, k):
    put_0(self, a); put_1(self, b); put_2(self, c); put_3(self, d); put_4(self, e); put_5(self, f); put_6(self, g)
    put_7(self, h); put_8(self, i); put_9(self, j); put_10(self, k)
def of_12(self, a, b, c, d, e, f, g, h, i, j, k, z):
    put_0(self, a); put_1(self, b); put_2(self, c); put_3(self, d); put_4(self, e); put_5(self, f); put_6(self, g)
    put_7(self, h); put_8(self, i); put_9(self, j); put_10(self, k); put_11(self, z)
def of_13(self, a, b, c, d, e, f, g, h, i, j, k, z, m):
    put_0(self, a); put_1(self, b); put_2(self, c); put_3(self, d); put_4(self, e); put_5(self, f); put_6(self, g)
    put_7(self, h); put_8(self, i); put_9(self, j); put_10(self, k); put_11(self, z); put_12(self, m)
def of_14(self, a, b, c, d, e, f, g, h, i, j, k, z, m, n):
    put_0(self, a); put_1(self, b); put_2(self, c); put_3(self, d); put_4(self, e); put_5(self, f); put_6(self, g)
    put_7(self, h); put_8(self, i); put_9(self, j); put_10(self, k); put_11(self, z); put_12(self, m); put_13(self, n)
def of_15(self, a, b, c, d, e, f, g, h, i, j, k, z, m, n, o):
    put_0(self, a); put_1(self, b); put_2(self, c); put_3(self, d); put_4(self, e); put_5(self, f); put_6(self, g)
    put_7(self, h); put_8(self, i); put_9(self, j); put_10(self, k); put_11(self, z); put_12(self, m); put_13(self, n)
    put_14(self, o)
def of_16(self, a, b, c, d, e, f, g, h, i, j, k, z, m, n, o, p):
    put_0(self, a); put_1(self, b); put_2(self, c); put_3(self, d); put_4(self, e); put_5(self, f); put_6(self, g)
    put_7(self, h); put_8(self, i); put_9(self, j); put_10(self, k); put_11(self, z); put_12(self, m); put_13(self, n)
    put_14(self, o); put_15(self, p)

BODIES = (of_0, of_1, of_2, of_3, of_4, of_5, of_6, of_7, of_8, of_9, of_10, of_11, of_12, of_13, of_14, of_15, of_16)

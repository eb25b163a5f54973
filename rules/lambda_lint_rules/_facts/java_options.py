"""Options that HotSpot has lost. With one of them it ends before any class is loaded.

Measured on 2026-11-26 with `java -XX:OPTION -version` of Debian 12's openjdk-17-jre-headless 17.0.21.
"""

from __future__ import annotations

# The version that was asked. Options do not come back in later ones.
LOST_IN = 17
_NAMES = """
AggressiveOpts CMSClassUnloadingEnabled CMSIncrementalMode CMSInitiatingOccupancyFraction CMSParallelRemarkEnabled
CMSScavengeBeforeRemark GCLogFileSize MaxPermSize NumberOfGCLogFiles PermSize PrintGCApplicationStoppedTime
PrintGCDateStamps PrintGCTimeStamps PrintTenuringDistribution TraceClassLoading UseAppCDS UseCGroupMemoryLimitForHeap
UseCMSInitiatingOccupancyOnly UseConcMarkSweepGC UseFastAccessorMethods UseGCLogFileRotation UseParNewGC
UseParallelOldGC UseSplitVerifier
"""
LOST = frozenset(_NAMES.split())

"""Made-up data to look at the portal with: deterministic, plainly made up, 演示数据."""

"""How is it written down? Scenario folders, tables and pages: values ↔ bytes, without input or output."""

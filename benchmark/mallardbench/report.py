"""The table for people."""

HEADINGS = ["what", "table", "Mallard", "peer", "peer's figure", "ratio", "target", "met"]


def render(results):
    """A Markdown table that is aligned, so that it reads well in a terminal, too."""
    lines = [cells(row) for row in results["rows"]]
    widths = [max(len(line[i]) for line in [HEADINGS, *lines]) for i in range(len(HEADINGS))]
    form = lambda line: "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |"
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    head = [
        f"{results['mallard']} and pyarrow {results['pyarrow']}, {results['date']}",
        results["machine"],
        f"medians of {results['options']['rounds']} rounds; MB = 10^6 bytes of Arrow data; other processes took "
        f"{max(results['foreign_cpu'].values()):.0%} of the CPU at worst ({max(results['foreign_cpu'], key=results['foreign_cpu'].get)})",
        "",
    ]
    return "\n".join([*head, form(HEADINGS), rule, *map(form, lines)])


def cells(row):
    return [
        row["what"],
        row["table"],
        row["mallard_figure"],
        row.get("peer", ""),
        row.get("peer_figure", ""),
        f"{row['ratio']:.2f}×" if "ratio" in row else "",
        row.get("target", ""),
        {True: "yes", False: "no", None: ""}[row.get("met")],
    ]

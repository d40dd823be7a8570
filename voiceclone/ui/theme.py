"""The look: a quiet theme on Gradio's, light and dark, in the system's own fonts."""

from __future__ import annotations

import gradio as gr

ACCENT = "#0f766e"
FONT = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Noto Sans CJK SC", "sans-serif")
MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")


def build_theme() -> gr.themes.Base:
    """Return the theme. No font is fetched: only names that systems carry."""
    return gr.themes.Base(
        primary_hue=gr.themes.colors.teal,
        secondary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.stone,
        spacing_size=gr.themes.sizes.spacing_lg,
        radius_size=gr.themes.sizes.radius_lg,
        text_size=gr.themes.sizes.text_md,
        font=[gr.themes.Font(name) for name in FONT],
        font_mono=[gr.themes.Font(name) for name in MONO],
    ).set(
        body_background_fill="#fafaf9",
        body_background_fill_dark="#161514",
        body_text_color="#1c1917",
        body_text_color_dark="#f0efed",
        body_text_color_subdued="#57534e",
        body_text_color_subdued_dark="#b3ada8",
        block_background_fill="#ffffff",
        block_background_fill_dark="#1f1d1c",
        block_border_color="#e7e5e4",
        block_border_color_dark="#3a3634",
        border_color_primary="#e7e5e4",
        border_color_primary_dark="#3a3634",
        block_shadow="none",
        block_label_background_fill="transparent",
        block_label_background_fill_dark="transparent",
        block_label_border_width="0px",
        block_label_text_color="#57534e",
        block_label_text_color_dark="#b3ada8",
        block_label_text_weight="500",
        block_title_text_color="#292524",
        block_title_text_color_dark="#e7e5e4",
        block_title_text_weight="500",
        block_info_text_color="#57534e",
        block_info_text_color_dark="#b3ada8",
        input_background_fill="#ffffff",
        input_background_fill_dark="#161514",
        input_border_color="#a8a29e",
        input_border_color_dark="#57534e",
        input_border_color_focus=ACCENT,
        input_border_color_focus_dark="#2dd4bf",
        input_border_width="1px",
        input_placeholder_color="#78716c",
        input_placeholder_color_dark="#8f8983",
        checkbox_background_color="#ffffff",
        checkbox_background_color_dark="#161514",
        checkbox_border_color="#78716c",
        checkbox_border_color_dark="#8f8983",
        checkbox_background_color_selected=ACCENT,
        checkbox_background_color_selected_dark=ACCENT,
        checkbox_border_color_selected=ACCENT,
        checkbox_border_color_selected_dark="#2dd4bf",
        checkbox_label_background_fill="#ffffff",
        checkbox_label_background_fill_dark="#1f1d1c",
        checkbox_label_background_fill_selected="#f0fdfa",
        checkbox_label_background_fill_selected_dark="#12302d",
        checkbox_label_border_color="#d6d3d1",
        checkbox_label_border_color_dark="#44403c",
        checkbox_label_border_color_selected=ACCENT,
        checkbox_label_border_color_selected_dark="#2dd4bf",
        checkbox_label_border_width="1px",
        checkbox_label_text_color_selected="#1c1917",
        checkbox_label_text_color_selected_dark="#f0efed",
        button_primary_background_fill=ACCENT,
        button_primary_background_fill_dark=ACCENT,
        button_primary_background_fill_hover="#115e59",
        button_primary_background_fill_hover_dark="#0d857b",
        button_primary_text_color="#ffffff",
        button_primary_text_color_dark="#ffffff",
        button_primary_border_color=ACCENT,
        button_primary_border_color_dark=ACCENT,
        button_secondary_background_fill="#ffffff",
        button_secondary_background_fill_dark="#1f1d1c",
        button_secondary_background_fill_hover="#f5f5f4",
        button_secondary_background_fill_hover_dark="#292524",
        button_secondary_border_color="#d6d3d1",
        button_secondary_border_color_dark="#57534e",
        button_secondary_text_color="#1c1917",
        button_secondary_text_color_dark="#f0efed",
        button_border_width="1px",
        button_large_text_weight="500",
        button_medium_text_weight="500",
        button_small_text_weight="500",
        color_accent=ACCENT,
        color_accent_soft="#f0fdfa",
        color_accent_soft_dark="#12302d",
        slider_color=ACCENT,
        slider_color_dark="#2dd4bf",
        loader_color=ACCENT,
        loader_color_dark="#2dd4bf",
        link_text_color=ACCENT,
        link_text_color_dark="#5eead4",
    )


# Gradio scopes rules inside @media to the page's contents: its own frame is set without them.
CSS = """
:root { --vc-accent: #0f766e; --vc-line: #e7e5e4; --vc-dash: #a8a29e; --vc-soft: #f0fdfa;
        --vc-mark: #fef3c7; --vc-mark-text: #78350f; --vc-warn: #92400e; --vc-bad: #9f1239;
        --vc-hover: #f5f5f4; }
.dark { --vc-accent: #2dd4bf; --vc-line: #3a3634; --vc-dash: #57534e; --vc-soft: #12302d; --vc-mark: #4a3410;
        --vc-mark-text: #fde68a; --vc-warn: #fbbf24; --vc-bad: #fda4af; --vc-hover: #292524;
        --color-accent: #2dd4bf; }
.dark audio { color-scheme: dark; }
/* clip, not hidden: a hidden box would keep the right column from staying in view */
.gradio-container { overflow: clip !important; max-width: 1200px !important; margin: 0 auto;
                    padding: 24px clamp(0px, 4vw - 16px, 24px) 32px !important; }
.gradio-container > .main.fillable { padding: 0 16px !important; }
.gradio-container .prose h1 { font-size: 1.7rem; font-weight: 650; letter-spacing: -0.02em; margin: 0 0 4px; }
.gradio-container .prose h2 { font-size: 1.05rem; font-weight: 600; margin: 20px 0 2px; }
.gradio-container .html-container { padding: 0 !important; }
.vc-heading h2 { margin-top: 22px !important; }
.vc-tabs > .tabitem, .vc-sources > .tabitem { padding: 4px 0 0 !important; border: 0 !important; }
.vc-sources .vc-heading:first-child h2 { margin-top: 10px !important; }
.vc-beside { padding-top: 22px; }
.vc-head .prose p { color: var(--body-text-color-subdued); max-width: 62ch; margin: 0 0 6px; }
.vc-columns { gap: 40px !important; }
.vc-column, .vc-sources .tabitem > .column { gap: 14px !important; }
.vc-heading + .vc-lead { margin-top: -8px; }
.vc-buttons { gap: 10px !important; }
.vc-buttons > * { flex: 1 1 140px !important; min-width: 0 !important; }
.vc-lead .prose p { color: var(--body-text-color-subdued); margin: 0; }
.vc-card { border: 1px solid var(--vc-line); border-radius: 10px; padding: 14px 16px;
           background: var(--block-background-fill); color: var(--body-text-color); line-height: 1.5; }
.vc-card p { margin: 0; }
.vc-card p + p { margin-top: 4px; }
.vc-slot { line-height: 1.5; }
.vc-slot:not(:has(.vc-card)) { border: 1px dashed var(--vc-dash); border-radius: 10px; padding: 14px 16px;
                               color: var(--body-text-color-subdued); }
.block:has(> .html-container > .prose:empty) { display: none; }
.vc-found { border-color: var(--vc-accent); background: var(--vc-soft); }
.vc-name { font-weight: 600; font-size: 1.05rem; overflow-wrap: anywhere; }
.vc-quiet { color: var(--body-text-color-subdued) !important; font-size: .92em; }
.vc-row { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 4px 16px; }
.vc-progress progress { appearance: none; display: block; width: 100%; height: 6px; margin: 10px 0 6px;
                        border: 0; border-radius: 3px; background: var(--vc-line); overflow: hidden; }
.vc-progress progress::-webkit-progress-bar { background: var(--vc-line); }
.vc-progress progress::-webkit-progress-value { background: var(--vc-accent); transition: width .3s; }
.vc-progress progress::-moz-progress-bar { background: var(--vc-accent); }
.vc-curve { width: 100%; height: auto; display: block; margin-top: 6px; }
.vc-curve text { fill: var(--body-text-color-subdued); font-size: 16px; }
.vc-curve .vc-level { stroke: var(--body-text-color-subdued); stroke-dasharray: 2 5; stroke-width: 1.5; }
.vc-curve .vc-axis { stroke: var(--vc-line); stroke-width: 1; }
.vc-curve .vc-line { fill: none; stroke: var(--vc-accent); stroke-width: 3; stroke-linejoin: round; }
.vc-curve .vc-dot { fill: var(--vc-accent); }
.vc-report ul { margin: 8px 0 0; padding: 0; list-style: none; }
.vc-report li { padding: 6px 0 6px 14px; border-left: 3px solid var(--vc-warn); margin-top: 6px; }
.vc-report.good li { border-left-color: var(--vc-accent); }
.vc-report.poor .vc-name { color: var(--vc-bad); }
.vc-count { margin: 0; text-align: right; color: var(--body-text-color-subdued); font-size: .88em; }
.vc-count.vc-warn { color: var(--vc-warn); font-weight: 500; }
.vc-phrases { margin: 0; padding-left: 26px; max-height: 320px; overflow-y: auto; }
.vc-phrases li { padding: 3px 0; overflow-wrap: anywhere; }
.vc-phrases li::marker { color: var(--body-text-color-subdued); font-size: .85em; }
.vc-scores { margin: 0; }
.vc-scores > div { display: grid; grid-template-columns: 1fr auto; gap: 0 16px; align-items: baseline; }
.vc-scores > div + div { margin-top: 10px; padding-top: 10px; border-top: 1px solid var(--vc-line); }
.vc-scores dt { font-weight: 500; }
.vc-scores dd { margin: 0; }
.vc-scores .vc-value { font-size: 1.15rem; font-weight: 600; text-align: right; }
.vc-scores .vc-info { grid-column: 1 / -1; max-width: 52ch; }
.vc-text { margin-top: 12px !important; padding-top: 12px; border-top: 1px solid var(--vc-line);
           overflow-wrap: anywhere; max-height: 260px; overflow-y: auto; }
.vc-text mark { background: var(--vc-mark); color: var(--vc-mark-text); border-radius: 3px; padding: 0 3px;
                text-decoration: underline wavy 1px; text-underline-offset: 3px; }
.vc-weights { margin: 0; padding: 0; list-style: none; }
.vc-weights li { padding: 8px 0; border-top: 1px solid var(--vc-line); }
.vc-weights li:first-child { border-top: 0; }
.gradio-container .prose .vc-weights p { display: block; margin: 0; }
.vc-others:not(:empty) { margin-top: 8px; }
.vc-weights code { font-size: .9em; overflow-wrap: anywhere; }
.gradio-container .prose .vc-warn { color: var(--vc-warn); }
.vc-large { font-size: 1.3rem; line-height: 1.45; font-weight: 500; margin: 6px 0 !important; }
.vc-unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.vc-table { border: 1px solid var(--vc-line) !important; border-radius: 10px; }
.gradio-container .prose .vc-clips { width: 100%; margin: 0; border-collapse: collapse; font-size: .92em; }
.gradio-container .prose :is(.vc-clips, .vc-compared, .vc-foreign table) { border: 0; }
.gradio-container .prose .vc-clips :is(th, td) { border: 0; padding: 8px 6px; text-align: left;
        vertical-align: top; font-weight: 400; }
.gradio-container .prose .vc-clips thead th { position: sticky; top: 0; z-index: 1; padding: 8px 6px;
        background: var(--block-background-fill); color: var(--body-text-color-subdued); font-size: .9em; }
.gradio-container .prose .vc-clips tbody tr { border: 0; border-top: 1px solid var(--vc-line);
        cursor: pointer; }
.gradio-container .prose .vc-clips thead tr { border: 0; background: none; }
.gradio-container .prose .vc-clips tbody tr:hover { background: var(--vc-hover); }
.gradio-container .prose .vc-clips tbody tr:has(:checked) { background: var(--vc-soft); }
.gradio-container .prose .vc-clips tbody tr:has(:focus-visible) { outline: 2px solid var(--vc-accent);
                                                                 outline-offset: -2px; }
.vc-clips :is(th, td):first-child { padding-left: 12px !important; white-space: nowrap; }
.vc-clips td:nth-child(2) { white-space: nowrap; font-variant-numeric: tabular-nums; }
.vc-clips td:nth-child(3) { width: 60%; overflow-wrap: anywhere; }
.vc-clips input { accent-color: var(--vc-accent); margin: 0 8px 0 0; }
.vc-clips .vc-doubt td:last-child { color: var(--vc-warn); }
.vc-clips .vc-out :is(th, td) { color: var(--body-text-color-subdued); }
.vc-clips .vc-out td:nth-child(3) { text-decoration: line-through; }
.vc-facts { margin: 10px 0 0; }
.vc-facts > div { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 16px; padding: 5px 0;
                  border-top: 1px solid var(--vc-line); }
.vc-facts dt { color: var(--body-text-color-subdued); }
.vc-facts dd { margin: 0; text-align: right; }
.vc-plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: 8px 18px;
            margin: 10px 0 2px; }
.vc-plots figure { margin: 0; min-width: 0; }
.vc-plots figcaption { display: flex; justify-content: space-between; gap: 8px; font-size: .88em; }
.vc-plots .vc-curve { margin-top: 2px; }
.vc-plots .vc-curve text { font-size: 12px; }
.vc-plots .vc-curve .vc-line { stroke-width: 2; }
.vc-kept { font-size: .95em; }
.vc-players > * { flex: 1 1 220px !important; min-width: 0 !important; }
.gradio-container .prose .vc-compared { width: 100%; margin: 10px 0; border-collapse: collapse; }
.gradio-container .prose .vc-compared :is(th, td) { border: 0; border-top: 1px solid var(--vc-line);
                                                   padding: 7px 8px 7px 0; text-align: left; }
.gradio-container .prose .vc-compared thead :is(th, td) { border-top: 0; font-weight: 600; }
.gradio-container .prose .vc-compared tbody th { font-weight: 400; color: var(--body-text-color-subdued); }
.vc-card details { margin-top: 10px; }
.vc-card summary { cursor: pointer; }
.vc-foreign { margin-top: 8px; padding-top: 4px; border-top: 1px solid var(--vc-line); max-height: 420px;
              overflow: auto; font-size: .94em; overflow-wrap: anywhere; }
.gradio-container .prose .vc-foreign :is(h3, h4, h5, h6) { font-size: 1em; font-weight: 600;
        margin: 12px 0 2px; }
.gradio-container .prose .vc-foreign table { width: 100%; margin: 6px 0; border-collapse: collapse; }
.gradio-container .prose :is(.vc-foreign, .vc-compared) tr { border: 0; }
.gradio-container .prose .vc-foreign td { border: 0; border-top: 1px solid var(--vc-line);
        padding: 5px 10px 5px 0; }
.gradio-container .prose .vc-card a { margin: 0; padding: 0; }
.vc-foreign td:first-child { min-width: 5em; }
.vc-foreign pre { white-space: pre-wrap; font-size: .9em; }
.vc-scroll { overflow-x: auto; }
.vc-figure { overflow-x: auto !important; }
.vc-figure img { min-width: 520px; }
footer img, footer .divider { display: none !important; }
.tabitem, .tabs { overflow: visible; }
@media (max-width: 640px) {
  .vc-tabs .tab-container button { padding: 0 10px !important; }
  .vc-curve text { font-size: 24px; }
  .vc-plots .vc-curve text { font-size: 13px; }
  .prose .vc-clips thead { display: none; }
  .prose .vc-clips tbody tr { display: grid; grid-template-columns: auto auto 1fr; gap: 0 4px; }
  .prose .vc-clips td { padding-bottom: 4px; }
  .prose .vc-clips td:nth-child(3) { order: 1; grid-column: 1 / -1; width: auto;
                                                      padding: 0 12px 8px; }
  .prose .vc-clips td:last-child { text-align: right !important; padding-right: 12px !important; }
}
@media (min-width: 900px) { .vc-right { position: sticky; top: 16px; align-self: flex-start; } }
@media (prefers-reduced-motion: reduce) {
  * { transition: none !important; animation-duration: .01ms !important; }
}
"""

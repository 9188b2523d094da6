"""The drawer behind `limner/draft-1`: a brief, a brand kit and a seed become an editable SVG and its picture.

`types` names what is passed about; `brief`, `wording`, `palette` and `typefaces` read; `sheet` and what it rests on
write; `layouts` compose; `draw` is the action.
"""

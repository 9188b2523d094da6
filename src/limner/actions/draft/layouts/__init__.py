"""The layouts by name: each composes a sheet."""

from limner.actions.draft.layouts.banner import banner, product_card
from limner.actions.draft.layouts.boards import mood_board
from limner.actions.draft.layouts.event import event
from limner.actions.draft.layouts.menu import menu
from limner.actions.draft.layouts.poster import poster
from limner.actions.draft.layouts.sheets import icon_sheet, storyboard
from limner.actions.draft.layouts.social import social_post, story
from limner.actions.draft.layouts.words import quote, title_card
from limner.actions.draft.types import Layout

LAYOUTS = {
    layout.name: layout
    for layout in (
        Layout("poster", "2:3", poster),
        Layout("social-post", "1:1", social_post),
        Layout("story", "9:16", story),
        Layout("banner", "3:1", banner),
        Layout("product-card", "4:5", product_card),
        Layout("quote", "1:1", quote),
        Layout("event", "4:5", event),
        Layout("menu", "3:4", menu),
        Layout("mood-board", "4:3", mood_board),
        Layout("storyboard", "16:9", storyboard),
        Layout("icon-sheet", "4:3", icon_sheet),
        Layout("title-card", "16:9", title_card),
    )
}

/* One frame of a GIF: error diffusion and LZW compression in one pass. */
#include "string_search.h"

#include <stdlib.h>
#include <string.h>

EXPORT int64_t gifmill_encode_frame(void *search, const Frame *frame, uint8_t *out)
{
    if (frame->tolerance <= 0 && !frame->right_share && !frame->below_share)
        return gifmill_encode_nearest(search, frame, out);
    StringSearch *state = malloc(sizeof *state);
    if (!state || !gifmill_open_string_search(state, search, frame)) {
        free(state);
        return -1;
    }
    Codes codes = begin_codes(out, frame->code_size);
    int last = -1; /* the code before the next one, in the same dictionary */
    while (state->y < frame->bottom - frame->top) {
        if (dictionary_is_full(&codes)) {
            put_clear_code(&codes);
            memset(state->dictionary.child, 0, sizeof state->dictionary.child);
            last = -1;
        }
        int length = gifmill_find_string(state);
        if (last >= 0)
            add_string(&state->dictionary, last, symbol_of(state->string[0]->chosen), number_string(&codes));
        last = code_of(state->string[length - 1]->chosen);
        put_code(&codes, last);
        gifmill_show_string(state, length);
    }
    gifmill_close_string_search(state);
    free(state);
    return end_codes(&codes) - out;
}

"""The ten-term rule as a product of a few columns, for arrays of any library that has `@` and `sum()`."""


def columns(t, pre, post, err_pre, err_post, w, many):
    """dw + t(3) w as products of columns: those to stand left, and right beside pre and err_pre.

    `t(k)` is the k-th coefficient. pre and err_pre have n_pre entries, post and err_post n_post, w is n_post x n_pre.
    `many` is whether more terms take part than 0, 2 and 9.
    """
    back = post @ w
    to_pre = -t(0) * err_post + t(9) * post
    to_error = -t(2) * err_post
    if many:
        mixed = err_pre @ back
        to_pre = to_pre - (t(5) * post.sum() + t(7) * mixed) * err_post
        to_error = to_error - (t(1) + t(6) * mixed + t(8) * ((w @ pre) @ err_post)) * post - t(4)
    return (to_pre, to_error, -t(9) * post), back

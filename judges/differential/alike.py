"""The comparison of two replies: errors to the byte, types all through, and values unless they vary."""

from resp import Value

AGGREGATES = ("array", "set", "push")


def alike(ours, theirs, varying=False, unordered=False):
    """Whether two replies are alike. Replies that vary from server to server are compared by their types alone."""
    if ours.kind != theirs.kind:
        return False
    if ours.kind == "map":
        return maps_alike(ours, theirs, varying, unordered)
    if ours.kind in AGGREGATES:
        if varying:
            return samples_alike(ours, theirs)
        ours, theirs = list(ours.data), list(theirs.data)
        if unordered and not any(isinstance(value.data, list) for value in ours + theirs):
            ours.sort(key=repr)
            theirs.sort(key=repr)
        return len(ours) == len(theirs) and all(alike(a, b, False, unordered) for a, b in zip(ours, theirs))
    return ours.data == theirs.data if ours.is_error() or not varying else True


def maps_alike(ours, theirs, varying, unordered):
    """Whether two maps have the same keys in the same order; for varying ones, compares the keys that both have."""
    if not varying and [key for key, _ in ours.data] != [key for key, _ in theirs.data]:
        return False
    others = dict(theirs.data)
    return all(alike(value, others[key], varying, unordered) for key, value in ours.data if key in others)


def samples_alike(ours, theirs):
    """Compares arrays of different lengths: elements of the same name with each other, or else the first with the first."""
    if is_flat_map(ours) and is_flat_map(theirs):
        return maps_alike(paired(ours), paired(theirs), varying=True, unordered=False)
    named = {name(value): value for value in theirs.data}
    for place, value in enumerate(ours.data):
        other = named.get(name(value)) if name(value) else None
        if other is None:
            other = theirs.data[place] if place < len(theirs.data) and not name(value) else None
        if other is not None and not alike(value, other, varying=True):
            return False
    return True


def is_flat_map(value):
    """Whether an array looks like a map in RESP2: every other element is a string, and all of these differ."""
    keys = value.data[::2]
    return len(value.data) % 2 == 0 and all(key.kind == "bulk" for key in keys) and len(set(key.data for key in keys)) == len(keys)


def paired(value):
    return Value("map", list(zip(value.data[::2], value.data[1::2])))


def name(value):
    """The first element of an array, if that is a string: a command's name, an argument's."""
    if value.kind == "array" and value.data and value.data[0].kind == "bulk":
        return value.data[0].data
    return None

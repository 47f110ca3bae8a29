# func 0 $deep, offset 0x24
def f0(v0):
    v1 = 0
    if v0 == 29:
        v1 = v1 * 3 + 29
        to = 32
    elif v0 == 28:
        to = 32
    elif v0 == 27:
        to = 33
    elif v0 == 26:
        to = 34
    elif v0 == 25:
        to = 35
    else:
        if v0 == 24:
            to = 36
        elif v0 == 23:
            to = 37
        elif v0 == 22:
            to = 38
        elif v0 == 21:
            to = 39
        elif v0 == 20:
            to = 40
        elif v0 == 19:
            to = 41
        else:
            to = 11
        if to == 11:
            if v0 == 18:
                to = 42
            elif v0 == 17:
                to = 43
            elif v0 == 16:
                to = 44
            elif v0 == 15:
                to = 45
            elif v0 == 14:
                to = 46
            else:
                to = 16
        if to == 16:
            if v0 == 13:
                to = 47
            elif v0 == 12:
                to = 48
            elif v0 == 11:
                to = 49
            elif v0 == 10:
                to = 50
            elif v0 == 9:
                to = 51
            else:
                to = 21
        if to == 21:
            if v0 == 8:
                to = 52
            elif v0 == 7:
                to = 53
            elif v0 == 6:
                to = 54
            elif v0 == 5:
                to = 55
            elif v0 == 4:
                to = 56
            else:
                to = 26
        if to == 26:
            if v0 == 3:
                to = 57
            elif v0 == 2:
                to = 58
            elif v0 == 1:
                to = 59
            else:
                if v0:
                    return 0xFFFFFFFF
                to = 60
    if to < 46:
        if to < 39:
            if to < 35:
                if to == 32:
                    v1 = v1 * 3 + 28
                    to = 33
                if to == 33:
                    v1 = v1 * 3 + 27
                    to = 34
                if to == 34:
                    v1 = v1 * 3 + 26
                    to = 35
            if to >= 35:
                if to == 35:
                    v1 = v1 * 3 + 25
                    to = 36
                if to == 36:
                    v1 = v1 * 3 + 24
                    to = 37
                if to == 37:
                    v1 = v1 * 3 + 23
                    to = 38
                if to == 38:
                    v1 = v1 * 3 + 22
                    to = 39
        if to >= 39:
            if to < 42:
                if to == 39:
                    v1 = v1 * 3 + 21
                    to = 40
                if to == 40:
                    v1 = v1 * 3 + 20
                    to = 41
                if to == 41:
                    v1 = v1 * 3 + 19
                    to = 42
            if to >= 42:
                if to == 42:
                    v1 = v1 * 3 + 18
                    to = 43
                if to == 43:
                    v1 = v1 * 3 + 17
                    to = 44
                if to == 44:
                    v1 = v1 * 3 + 16
                    to = 45
                if to == 45:
                    v1 = v1 * 3 + 15
                    to = 46
    if to >= 46:
        if to < 53:
            if to < 49:
                if to == 46:
                    v1 = v1 * 3 + 14
                    to = 47
                if to == 47:
                    v1 = v1 * 3 + 13
                    to = 48
                if to == 48:
                    v1 = (v1 * 3 + 12) & 0xFFFFFFFF
                    to = 49
            if to >= 49:
                if to == 49:
                    v1 = (v1 * 3 + 11) & 0xFFFFFFFF
                    to = 50
                if to == 50:
                    v1 = (v1 * 3 + 10) & 0xFFFFFFFF
                    to = 51
                if to == 51:
                    v1 = (v1 * 3 + 9) & 0xFFFFFFFF
                    to = 52
                if to == 52:
                    v1 = (v1 * 3 + 8) & 0xFFFFFFFF
                    to = 53
        if to >= 53:
            if to < 56:
                if to == 53:
                    v1 = (v1 * 3 + 7) & 0xFFFFFFFF
                    to = 54
                if to == 54:
                    v1 = (v1 * 3 + 6) & 0xFFFFFFFF
                    to = 55
                if to == 55:
                    v1 = (v1 * 3 + 5) & 0xFFFFFFFF
                    to = 56
            if to >= 56:
                if to == 56:
                    v1 = (v1 * 3 + 4) & 0xFFFFFFFF
                    to = 57
                if to == 57:
                    v1 = (v1 * 3 + 3) & 0xFFFFFFFF
                    to = 58
                if to == 58:
                    v1 = (v1 * 3 + 2) & 0xFFFFFFFF
                    to = 59
                if to == 59:
                    v1 = (v1 * 3 + 1) & 0xFFFFFFFF
    w0 = (v1 * 3) & 0xFFFFFFFF
    return w0

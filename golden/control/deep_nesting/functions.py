# func 0 $deep, offset 0x24
def f0(v0):
    v1 = 0
    if v0 == 29:
        v1 = v1 * 3 + 29
        to = 1
    elif v0 == 28:
        to = 1
    elif v0 == 27:
        to = 2
    elif v0 == 26:
        to = 3
    elif v0 == 25:
        to = 4
    elif v0 == 24:
        to = 5
    elif v0 == 23:
        to = 6
    elif v0 == 22:
        to = 7
    elif v0 == 21:
        to = 8
    elif v0 == 20:
        to = 9
    elif v0 == 19:
        to = 10
    elif v0 == 18:
        to = 11
    else:
        if v0 == 17:
            to = 12
        elif v0 == 16:
            to = 13
        elif v0 == 15:
            to = 14
        elif v0 == 14:
            to = 15
        elif v0 == 13:
            to = 16
        elif v0 == 12:
            to = 17
        elif v0 == 11:
            to = 18
        elif v0 == 10:
            to = 19
        elif v0 == 9:
            to = 20
        elif v0 == 8:
            to = 21
        elif v0 == 7:
            to = 22
        elif v0 == 6:
            to = 23
        elif v0 == 5:
            to = 24
        else:
            to = 0
        if to == 0:
            if v0 == 4:
                to = 25
            elif v0 == 3:
                to = 26
            elif v0 == 2:
                to = 27
            elif v0 == 1:
                to = 28
            else:
                if v0:
                    return 0xFFFFFFFF
                to = 29
    if to < 15:
        if to < 8:
            if to < 4:
                if to == 1:
                    v1 = v1 * 3 + 28
                    to = 2
                if to == 2:
                    v1 = v1 * 3 + 27
                    to = 3
                if to == 3:
                    v1 = v1 * 3 + 26
                    to = 4
            if to >= 4:
                if to == 4:
                    v1 = v1 * 3 + 25
                    to = 5
                if to == 5:
                    v1 = v1 * 3 + 24
                    to = 6
                if to == 6:
                    v1 = v1 * 3 + 23
                    to = 7
                if to == 7:
                    v1 = v1 * 3 + 22
                    to = 8
        if to >= 8:
            if to < 11:
                if to == 8:
                    v1 = v1 * 3 + 21
                    to = 9
                if to == 9:
                    v1 = v1 * 3 + 20
                    to = 10
                if to == 10:
                    v1 = v1 * 3 + 19
                    to = 11
            if to >= 11:
                if to == 11:
                    v1 = v1 * 3 + 18
                    to = 12
                if to == 12:
                    v1 = v1 * 3 + 17
                    to = 13
                if to == 13:
                    v1 = v1 * 3 + 16
                    to = 14
                if to == 14:
                    v1 = v1 * 3 + 15
                    to = 15
    if to >= 15:
        if to < 22:
            if to < 18:
                if to == 15:
                    v1 = v1 * 3 + 14
                    to = 16
                if to == 16:
                    v1 = v1 * 3 + 13
                    to = 17
                if to == 17:
                    v1 = (v1 * 3 + 12) & 0xFFFFFFFF
                    to = 18
            if to >= 18:
                if to == 18:
                    v1 = (v1 * 3 + 11) & 0xFFFFFFFF
                    to = 19
                if to == 19:
                    v1 = (v1 * 3 + 10) & 0xFFFFFFFF
                    to = 20
                if to == 20:
                    v1 = (v1 * 3 + 9) & 0xFFFFFFFF
                    to = 21
                if to == 21:
                    v1 = (v1 * 3 + 8) & 0xFFFFFFFF
                    to = 22
        if to >= 22:
            if to < 25:
                if to == 22:
                    v1 = (v1 * 3 + 7) & 0xFFFFFFFF
                    to = 23
                if to == 23:
                    v1 = (v1 * 3 + 6) & 0xFFFFFFFF
                    to = 24
                if to == 24:
                    v1 = (v1 * 3 + 5) & 0xFFFFFFFF
                    to = 25
            if to >= 25:
                if to == 25:
                    v1 = (v1 * 3 + 4) & 0xFFFFFFFF
                    to = 26
                if to == 26:
                    v1 = (v1 * 3 + 3) & 0xFFFFFFFF
                    to = 27
                if to == 27:
                    v1 = (v1 * 3 + 2) & 0xFFFFFFFF
                    to = 28
                if to == 28:
                    v1 = (v1 * 3 + 1) & 0xFFFFFFFF
    w0 = (v1 * 3) & 0xFFFFFFFF
    return w0

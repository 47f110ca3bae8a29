# func 0 $rounds, offset 0x26
def f0(v0):
    v1 = v2 = 0
    while True:
        v2 = (v2 + 1) & 0xFFFFFFFF
        while True:
            v2 = (v2 + 2) & 0xFFFFFFFF
            while True:
                v2 = (v2 + 3) & 0xFFFFFFFF
                while True:
                    v2 = (v2 + 4) & 0xFFFFFFFF
                    while True:
                        v2 = (v2 + 5) & 0xFFFFFFFF
                        while True:
                            v2 = (v2 + 6) & 0xFFFFFFFF
                            while True:
                                v2 = (v2 + 7) & 0xFFFFFFFF
                                while True:
                                    v2 = (v2 + 8) & 0xFFFFFFFF
                                    while True:
                                        v2 = (v2 + 9) & 0xFFFFFFFF
                                        while True:
                                            v2 = (v2 + 10) & 0xFFFFFFFF
                                            while True:
                                                v2 = (v2 + 11) & 0xFFFFFFFF
                                                while True:
                                                    v2 = (v2 + 12) & 0xFFFFFFFF
                                                    while True:
                                                        v2 = (v2 + 13) & 0xFFFFFFFF
                                                        while True:
                                                            v2 = (v2 + 14) & 0xFFFFFFFF
                                                            to = 15
                                                            while True:
                                                                if to < 24:
                                                                    if to < 19:
                                                                        if to < 17:
                                                                            if to < 16:
                                                                                v2 = (v2 + 15) & 0xFFFFFFFF
                                                                                to = 16
                                                                            else:
                                                                                v2 = (v2 + 16) & 0xFFFFFFFF
                                                                                to = 17
                                                                        elif to < 18:
                                                                            v2 = (v2 + 17) & 0xFFFFFFFF
                                                                            to = 18
                                                                        else:
                                                                            v2 = (v2 + 18) & 0xFFFFFFFF
                                                                            to = 19
                                                                    elif to < 21:
                                                                        if to < 20:
                                                                            v2 = (v2 + 19) & 0xFFFFFFFF
                                                                            to = 20
                                                                        else:
                                                                            v2 = (v2 + 20) & 0xFFFFFFFF
                                                                            to = 21
                                                                    elif to < 22:
                                                                        v2 = (v2 + 21) & 0xFFFFFFFF
                                                                        to = 22
                                                                    elif to < 23:
                                                                        v2 = (v2 + 22) & 0xFFFFFFFF
                                                                        to = 23
                                                                    else:
                                                                        v2 = (v2 + 23) & 0xFFFFFFFF
                                                                        to = 24
                                                                elif to < 29:
                                                                    if to < 26:
                                                                        if to < 25:
                                                                            v2 = (v2 + 24) & 0xFFFFFFFF
                                                                            v1 = (v1 + 1) & 0xFFFFFFFF
                                                                            x0 = v0 * 1
                                                                            if v1 < x0:
                                                                                to = 24
                                                                            else:
                                                                                to = 25
                                                                        else:
                                                                            x1 = (v0 * 2) & 0xFFFFFFFF
                                                                            if v1 < x1:
                                                                                to = 23
                                                                            else:
                                                                                to = 26
                                                                    elif to < 27:
                                                                        x2 = (v0 * 3) & 0xFFFFFFFF
                                                                        if v1 < x2:
                                                                            to = 22
                                                                        else:
                                                                            to = 27
                                                                    elif to < 28:
                                                                        x3 = (v0 * 4) & 0xFFFFFFFF
                                                                        if v1 < x3:
                                                                            to = 21
                                                                        else:
                                                                            to = 28
                                                                    else:
                                                                        x4 = (v0 * 5) & 0xFFFFFFFF
                                                                        if v1 < x4:
                                                                            to = 20
                                                                        else:
                                                                            to = 29
                                                                elif to < 31:
                                                                    if to < 30:
                                                                        x5 = (v0 * 6) & 0xFFFFFFFF
                                                                        if v1 < x5:
                                                                            to = 19
                                                                        else:
                                                                            to = 30
                                                                    else:
                                                                        x6 = (v0 * 7) & 0xFFFFFFFF
                                                                        if v1 < x6:
                                                                            to = 18
                                                                        else:
                                                                            to = 31
                                                                elif to < 32:
                                                                    x7 = (v0 * 8) & 0xFFFFFFFF
                                                                    if v1 < x7:
                                                                        to = 17
                                                                    else:
                                                                        to = 32
                                                                elif to < 33:
                                                                    x8 = (v0 * 9) & 0xFFFFFFFF
                                                                    if v1 < x8:
                                                                        to = 16
                                                                    else:
                                                                        to = 33
                                                                else:
                                                                    x9 = (v0 * 10) & 0xFFFFFFFF
                                                                    if v1 < x9:
                                                                        to = 15
                                                                    else:
                                                                        break
                                                            x10 = (v0 * 11) & 0xFFFFFFFF
                                                            if v1 >= x10:
                                                                break
                                                        x11 = (v0 * 12) & 0xFFFFFFFF
                                                        if v1 >= x11:
                                                            break
                                                    if v1 >= ((v0 * 13) & 0xFFFFFFFF):
                                                        break
                                                if v1 >= ((v0 * 14) & 0xFFFFFFFF):
                                                    break
                                            if v1 >= ((v0 * 15) & 0xFFFFFFFF):
                                                break
                                        if v1 >= ((v0 * 16) & 0xFFFFFFFF):
                                            break
                                    if v1 >= ((v0 * 17) & 0xFFFFFFFF):
                                        break
                                if v1 >= ((v0 * 18) & 0xFFFFFFFF):
                                    break
                            if v1 >= ((v0 * 19) & 0xFFFFFFFF):
                                break
                        if v1 >= ((v0 * 20) & 0xFFFFFFFF):
                            break
                    if v1 >= ((v0 * 21) & 0xFFFFFFFF):
                        break
                if v1 >= ((v0 * 22) & 0xFFFFFFFF):
                    break
            if v1 >= ((v0 * 23) & 0xFFFFFFFF):
                break
        if v1 >= ((v0 * 24) & 0xFFFFFFFF):
            return (v1 * 0x186A0 + v2) & 0xFFFFFFFF

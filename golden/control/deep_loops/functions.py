# func 0 $rounds, offset 0x26
def f0(v0):
    v1 = v2 = 0
    while True:
        v2 = v2 + 1 if v2 < 0xFFFFFFFF else v2 - 0xFFFFFFFF
        while True:
            v2 = v2 + 2 if v2 < 0xFFFFFFFE else v2 - 0xFFFFFFFE
            while True:
                v2 = v2 + 3 if v2 < 0xFFFFFFFD else v2 - 0xFFFFFFFD
                while True:
                    v2 = v2 + 4 if v2 < 0xFFFFFFFC else v2 - 0xFFFFFFFC
                    while True:
                        v2 = v2 + 5 if v2 < 0xFFFFFFFB else v2 - 0xFFFFFFFB
                        while True:
                            v2 = v2 + 6 if v2 < 0xFFFFFFFA else v2 - 0xFFFFFFFA
                            while True:
                                v2 = v2 + 7 if v2 < 0xFFFFFFF9 else v2 - 0xFFFFFFF9
                                while True:
                                    v2 = v2 + 8 if v2 < 0xFFFFFFF8 else v2 - 0xFFFFFFF8
                                    while True:
                                        v2 = (
                                            v2 + 9
                                            if v2 < 0xFFFFFFF7
                                            else v2 - 0xFFFFFFF7
                                        )
                                        while True:
                                            v2 = (
                                                v2 + 10
                                                if v2 < 0xFFFFFFF6
                                                else v2 - 0xFFFFFFF6
                                            )
                                            while True:
                                                v2 = (
                                                    v2 + 11
                                                    if v2 < 0xFFFFFFF5
                                                    else v2 - 0xFFFFFFF5
                                                )
                                                while True:
                                                    v2 = (
                                                        v2 + 12
                                                        if v2 < 0xFFFFFFF4
                                                        else v2 - 0xFFFFFFF4
                                                    )
                                                    while True:
                                                        v2 = (
                                                            v2 + 13
                                                            if v2 < 0xFFFFFFF3
                                                            else v2 - 0xFFFFFFF3
                                                        )
                                                        while True:
                                                            v2 = (
                                                                v2 + 14
                                                                if v2 < 0xFFFFFFF2
                                                                else v2 - 0xFFFFFFF2
                                                            )
                                                            to = 15
                                                            while True:
                                                                if to < 24:
                                                                    if to < 19:
                                                                        if to < 17:
                                                                            if to < 16:
                                                                                v2 = (
                                                                                    v2 + 15
                                                                                    if v2 < 0xFFFFFFF1
                                                                                    else v2 - 0xFFFFFFF1
                                                                                )
                                                                                to = 16
                                                                            else:
                                                                                v2 = (
                                                                                    v2 + 16
                                                                                    if v2 < 0xFFFFFFF0
                                                                                    else v2 - 0xFFFFFFF0
                                                                                )
                                                                                to = 17
                                                                        elif to < 18:
                                                                            v2 = (
                                                                                v2 + 17
                                                                                if v2 < 0xFFFFFFEF
                                                                                else v2 - 0xFFFFFFEF
                                                                            )
                                                                            to = 18
                                                                        else:
                                                                            v2 = (
                                                                                v2 + 18
                                                                                if v2 < 0xFFFFFFEE
                                                                                else v2 - 0xFFFFFFEE
                                                                            )
                                                                            to = 19
                                                                    elif to < 21:
                                                                        if to < 20:
                                                                            v2 = (
                                                                                v2 + 19
                                                                                if v2 < 0xFFFFFFED
                                                                                else v2 - 0xFFFFFFED
                                                                            )
                                                                            to = 20
                                                                        else:
                                                                            v2 = (
                                                                                v2 + 20
                                                                                if v2 < 0xFFFFFFEC
                                                                                else v2 - 0xFFFFFFEC
                                                                            )
                                                                            to = 21
                                                                    elif to < 22:
                                                                        v2 = (
                                                                            v2 + 21
                                                                            if v2 < 0xFFFFFFEB
                                                                            else v2 - 0xFFFFFFEB
                                                                        )
                                                                        to = 22
                                                                    elif to < 23:
                                                                        v2 = (
                                                                            v2 + 22
                                                                            if v2 < 0xFFFFFFEA
                                                                            else v2 - 0xFFFFFFEA
                                                                        )
                                                                        to = 23
                                                                    else:
                                                                        v2 = (
                                                                            v2 + 23
                                                                            if v2 < 0xFFFFFFE9
                                                                            else v2 - 0xFFFFFFE9
                                                                        )
                                                                        to = 24
                                                                elif to < 29:
                                                                    if to < 26:
                                                                        if to < 25:
                                                                            v2 = (
                                                                                v2 + 24
                                                                                if v2 < 0xFFFFFFE8
                                                                                else v2 - 0xFFFFFFE8
                                                                            )
                                                                            v1 = (
                                                                                v1 + 1
                                                                                if v1 < 0xFFFFFFFF
                                                                                else v1 - 0xFFFFFFFF
                                                                            )
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

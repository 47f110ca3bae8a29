# func 0 $rounds, offset 0x26
# fmt: off
def f0(v0):
 v1 = v2 = 0
 while True:
  v2 = v2 + 1
  while True:
   v2 = v2 + 2
   while True:
    v2 = v2 + 3
    while True:
     v2 = v2 + 4
     while True:
      v2 = v2 + 5
      while True:
       v2 = v2 + 6
       while True:
        v2 = v2 + 7
        while True:
         v2 = v2 + 8
         while True:
          v2 = v2 + 9
          while True:
           v2 = v2 + 10
           while True:
            v2 = v2 + 11
            while True:
             v2 = v2 + 12
             while True:
              v2 = v2 + 13
              while True:
               v2 = v2 + 14
               while True:
                v2 = v2 + 15
                while True:
                 v2 = v2 + 16
                 while True:
                  v2 = v2 + 17
                  while True:
                   v2 = v2 + 18
                   while True:
                    v2 = v2 + 19
                    to = 0
                    while True:
                     if to < 4:
                      if to < 2:
                       if to < 1:
                        v2 = v2 + 20
                        to = 1
                       else:
                        v2 = v2 + 21
                        to = 2
                      elif to < 3:
                       v2 = v2 + 22
                       to = 3
                      else:
                       v2 = v2 + 23
                       to = 4
                     elif to < 6:
                      if to < 5:
                       v2 = v2 + 24
                       v1 = v1 + 1 if v1 < 0x3FFFFFFF else (v1 + 1) & 0xFFFFFFFF
                       if v1 < v0 * 1:
                        to = 4
                       else:
                        to = 5
                      elif v1 < v0 * 2 % 0x100000000:
                       to = 3
                      else:
                       to = 6
                     elif to < 7:
                      if v1 < v0 * 3 % 0x100000000:
                       to = 2
                      else:
                       to = 7
                     elif to < 8:
                      if v1 < v0 * 4 % 0x100000000:
                       to = 1
                      else:
                       to = 8
                     elif v1 < v0 * 5 % 0x100000000:
                      to = 0
                     else:
                      break
                    if v1 >= v0 * 6 % 0x100000000:
                     break
                   if v1 >= v0 * 7 % 0x100000000:
                    break
                  if v1 >= v0 * 8 % 0x100000000:
                   break
                 if v1 >= v0 * 9 % 0x100000000:
                  break
                if v1 >= v0 * 10 % 0x100000000:
                 break
               if v1 >= v0 * 11 % 0x100000000:
                break
              if v1 >= v0 * 12 % 0x100000000:
               break
             if v1 >= v0 * 13 % 0x100000000:
              break
            if v1 >= v0 * 14 % 0x100000000:
             break
           if v1 >= v0 * 15 % 0x100000000:
            break
          if v1 >= v0 * 16 % 0x100000000:
           break
         if v1 >= v0 * 17 % 0x100000000:
          break
        if v1 >= v0 * 18 % 0x100000000:
         break
       if v1 >= v0 * 19 % 0x100000000:
        break
      if v1 >= v0 * 20 % 0x100000000:
       break
     if v1 >= v0 * 21 % 0x100000000:
      break
    if v1 >= v0 * 22 % 0x100000000:
     break
   if v1 >= v0 * 23 % 0x100000000:
    break
  if v1 >= v0 * 24 % 0x100000000:
   return (v1 * 0x186A0 + v2) % 0x100000000
# fmt: on

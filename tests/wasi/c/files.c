/* What C's library does with files: each step is asserted. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void fails(int result, int expected) {
  if (result != -1 || errno != expected) {
    printf("result %d, error %d in place of %d\n", result, errno, expected);
    exit(1);
  }
}

int main(void) {
  char text[100];
  struct stat status;

  FILE *file = fopen("/data/a.txt", "w+");
  assert(file);
  assert(fprintf(file, "line %d\nline %d\n", 1, 2) == 14);
  rewind(file);
  assert(fgets(text, sizeof text, file) && !strcmp(text, "line 1\n"));
  assert(!fseek(file, -3, SEEK_END) && fgetc(file) == ' ');
  assert(ftell(file) == 12);
  assert(!fclose(file));

  assert((file = fopen("/data/a.txt", "a")));
  assert(fputs("more", file) >= 0 && !fclose(file));
  assert(!stat("/data/a.txt", &status) && status.st_size == 18);
  assert(S_ISREG(status.st_mode));
  assert(!truncate("/data/a.txt", 4));
  assert(!stat("/data/a.txt", &status) && status.st_size == 4);

  assert(!mkdir("/data/sub", 0777));
  fails(mkdir("/data/sub", 0777), EEXIST);
  assert(!rename("/data/a.txt", "/data/sub/b.txt"));
  assert(!link("/data/sub/b.txt", "/data/c.txt"));
  assert(!symlink("sub/b.txt", "/data/link"));
  assert(readlink("/data/link", text, sizeof text) == 9);
  assert(!lstat("/data/link", &status) && S_ISLNK(status.st_mode));
  assert(!stat("/data/link", &status) && status.st_nlink == 2);
  fails(rmdir("/data/sub"), ENOTEMPTY);
  fails(unlink("/data/sub"), EISDIR);
  fails(open("/data/missing", O_RDONLY), ENOENT);
  fails(open("/data/c.txt/x", O_RDONLY), ENOTDIR);
  fails(open("/data/c.txt", O_RDONLY | O_CREAT | O_EXCL, 0666), EEXIST);
  fails(open("/data/sub", O_WRONLY), EISDIR);
  fails(open("/data/../outside", O_RDONLY), ENOTCAPABLE);
  fails(open("/elsewhere", O_RDONLY), ENOENT);

  struct timespec times[2] = {{1000, 5}, {2000, 6}};
  assert(!utimensat(AT_FDCWD, "/data/c.txt", times, 0));
  assert(!stat("/data/c.txt", &status));
  assert(status.st_mtim.tv_sec == 2000 && status.st_mtim.tv_nsec == 6);

  int fd = open("/data/c.txt", O_RDWR);
  assert(fd >= 0 && pwrite(fd, "xy", 2, 1) == 2);
  assert(pread(fd, text, 10, 0) == 4 && !memcmp(text, "lxye", 4));
  assert(lseek(fd, 0, SEEK_CUR) == 0);
  assert(!isatty(fd));
  assert(!close(fd));
  fails(close(fd), EBADF);

  assert(!unlink("/data/link") && !unlink("/data/c.txt"));
  puts("all is well");
  return 0;
}

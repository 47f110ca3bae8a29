/* Prints its arguments, its environment, what it reads, and which files there are. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

extern char **environ;

int main(int argc, char **argv) {
  char line[100];
  for (int i = 0; i < argc; i++)
    printf("argument %s\n", argv[i]);
  for (char **variable = environ; *variable; variable++)
    printf("variable %s\n", *variable);
  while (fgets(line, sizeof line, stdin))
    printf("line %s", line);
  DIR *folder = opendir("/");
  if (folder) {
    struct dirent *entry;
    while ((entry = readdir(folder)))
      printf("entry %s\n", entry->d_name);
    closedir(folder);
  }
  fprintf(stderr, "done\n");
  return argc;
}

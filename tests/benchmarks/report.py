def write(folder, results):
    pass

namespace Ropewalk.Storage;

/// <summary>Describes one file or folder of a listing.</summary>
/// <param name="Path">Its path.</param>
/// <param name="IsFolder">True for a folder.</param>
/// <param name="LengthBytes">The file's length; 0 for a folder.</param>
public readonly record struct FileStoreEntry(FileStorePath Path, bool IsFolder, long LengthBytes);

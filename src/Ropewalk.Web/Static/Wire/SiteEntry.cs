namespace Ropewalk.Web.Static.Wire;

/// <summary>Holds one line of a folder's listing.</summary>
/// <param name="Name">The decoded name: a valid segment of a <see cref="SitePath"/>.</param>
/// <param name="IsFolder">Whether it is a folder.</param>
/// <param name="LengthBytes">The file's length; 0 for a folder.</param>
/// <param name="ModifiedUnixNanoseconds">When it was last changed.</param>
public readonly record struct SiteEntry(string Name, bool IsFolder, long LengthBytes, long ModifiedUnixNanoseconds);

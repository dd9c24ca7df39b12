namespace Ropewalk.Architecture.Tests;

/// <summary>One text file of the repository. Rules take these, so that a test can feed them a wrong example.</summary>
/// <param name="Path">The path from the repository's root, with forward slashes.</param>
/// <param name="Text">What is in it.</param>
internal record RepositoryFile(string Path, string Text)
{
    /// <summary>Gets the path's last part.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>Gets the folders above the file.</summary>
    public string[] Folders => Path.Split('/')[..^1];

    /// <summary>Gets the line, from 1, of an offset in the text.</summary>
    public int LineAt(int offset) => Text.AsSpan(0, offset).Count('\n') + 1;
}

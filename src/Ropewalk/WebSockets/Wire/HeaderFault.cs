namespace Ropewalk.WebSockets.Wire;

/// <summary>Says what is wrong with a header block.</summary>
internal enum HeaderFault
{
    None,
    Malformed,
    TooLarge,
}

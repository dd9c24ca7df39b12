namespace Ropewalk.WebSockets.Wire;

/// <summary>Is the answer to a request that does not become a WebSocket.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Text">One sentence for who reads it.</param>
internal sealed record HandshakeRefusal(int Status, string Text)
{
    /// <summary>Gets the name of the status.</summary>
    public string Phrase => Status switch
    {
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        426 => "Upgrade Required",
        431 => "Request Header Fields Too Large",
        _ => "HTTP Version Not Supported",
    };
}

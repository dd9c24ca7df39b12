namespace Ropewalk.Framing;

/// <summary>Makes the decoders of the usual framings. Each has a maximum, and a frame over it is a value, not an exception. The encoders are named alike.</summary>
/// <remarks>A decoder belongs to one stream: it remembers how far it has searched. Its frames are slices of the input; nothing is copied or allocated per frame.</remarks>
public static class Frames
{
    /// <summary>Makes a decoder of lines, without their breaks.</summary>
    /// <param name="maxBytes">The longest line, without its break.</param>
    /// <param name="breaks">What ends a line beside CRLF. Default: <see cref="LineBreaks.Lenient"/>.</param>
    public static LineDecoder Lines(int maxBytes, LineBreaks? breaks = null) => new(maxBytes, breaks);

    /// <summary>Makes a decoder of frames behind their length.</summary>
    /// <param name="prefix">What the length looks like.</param>
    /// <param name="maxBytes">The longest frame, without its prefix.</param>
    public static LengthPrefixedDecoder LengthPrefixed(LengthPrefix prefix, int maxBytes) => new(prefix, maxBytes);

    /// <summary>Makes a decoder of netstrings.</summary>
    /// <param name="maxBytes">The longest string.</param>
    public static NetstringDecoder Netstrings(int maxBytes) => new(maxBytes);

    /// <summary>Makes a decoder of frames that end with a delimiter.</summary>
    /// <param name="delimiter">What ends a frame: 1 to 64 bytes.</param>
    /// <param name="maxBytes">The longest frame, without its delimiter.</param>
    public static DelimitedDecoder Delimited(ReadOnlySpan<byte> delimiter, int maxBytes) => new(delimiter, maxBytes);

    /// <summary>Makes a decoder of frames of one size.</summary>
    /// <param name="bytes">The size.</param>
    public static FixedSizeDecoder Exactly(int bytes) => new(bytes);

    /// <summary>Makes a decoder of bodies of a known length, in chunks as they arrive.</summary>
    /// <param name="maxChunkBytes">The largest chunk.</param>
    public static BodyDecoder Bodies(int maxChunkBytes) => new(maxChunkBytes);
}

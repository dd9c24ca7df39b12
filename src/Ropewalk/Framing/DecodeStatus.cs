namespace Ropewalk.Framing;

/// <summary>Says what a decoder made of its input.</summary>
public enum DecodeStatus
{
    /// <summary>One frame was decoded and its bytes consumed; there may be another behind it.</summary>
    Frame,

    /// <summary>The input ends inside a frame. Nothing that belongs to it is lost; call again with more.</summary>
    NeedMore,

    /// <summary>The peer broke the framing. The decoder's <see cref="IFrameDecoder{T}.Violation"/> says how and whether the stream can go on.</summary>
    Violation,
}

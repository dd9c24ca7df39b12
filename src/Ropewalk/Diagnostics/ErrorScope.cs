namespace Ropewalk.Diagnostics;

/// <summary>Says what a failure costs: the smallest thing that is no longer usable.</summary>
public enum ErrorScope
{
    /// <summary>One operation failed; the stream and the connection go on.</summary>
    Operation,

    /// <summary>One stream or channel inside the connection is lost; the connection goes on.</summary>
    Stream,

    /// <summary>The connection is lost.</summary>
    Connection,
}

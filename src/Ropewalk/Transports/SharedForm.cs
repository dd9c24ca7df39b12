namespace Ropewalk.Transports;

/// <summary>
/// Is a way in which a layer over a transport writes bytes that many connections are sent: it is done once for all of them, and kept beside
/// the bytes. A form is told from another by its object, so there are few of them and they live for ever.
/// </summary>
internal abstract class SharedForm
{
    /// <summary>Writes bytes in this form.</summary>
    public abstract SharedBytes Make(ReadOnlySpan<byte> bytes);
}

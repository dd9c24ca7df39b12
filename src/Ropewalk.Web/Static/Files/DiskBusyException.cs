namespace Ropewalk.Web.Static.Files;

/// <summary>Tells that too many operations wait for the disk already: this one was not begun.</summary>
/// <remarks><b>Side</b> local, <b>scope</b> the operation.</remarks>
public sealed class DiskBusyException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="inner">What the pool of threads said.</param>
    public DiskBusyException(Exception? inner = null)
        : base("Too many operations wait for the disk.", inner)
    {
    }
}

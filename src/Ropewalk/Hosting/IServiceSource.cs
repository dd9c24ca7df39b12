namespace Ropewalk.Hosting;

/// <summary>Reads the effective configuration: at the start, and again at every reload.</summary>
public interface IServiceSource
{
    /// <summary>Reads it. What is wrong with it is told in the result; an exception is a fault of this program.</summary>
    ValueTask<ServiceSet> LoadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Gets the full paths of the files that it is known to read before it has read them: a change that comes while it reads is noticed then. Those
    /// that only <see cref="LoadAsync"/> finds out (what a file includes) are told in its result. Not what can be read only once (a pipe). Default none.
    /// </summary>
    IReadOnlyList<string> Files => [];

    /// <summary>
    /// Is told that what it gave last is in force now: the place for settings that are no service's. <b>Call:</b> after each start and reload that
    /// succeeded, before the next load; it must not fail. A reload that is refused, be it for a port in use, does not come here.
    /// </summary>
    void Applied()
    {
    }
}

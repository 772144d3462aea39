#include "adapters/process/program.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include "sim/study.hpp"
#include "adapters/io/input_error.hpp"

// POSIX wants it declared so.
// NOLINTNEXTLINE(readability-redundant-declaration,cppcoreguidelines-avoid-non-const-global-variables)
extern char** environ;

namespace truegap::adapters {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int patience_milliseconds = 100;  // how long a request to stop may wait
constexpr std::size_t most_words = 4096;    // of standard error that are kept

class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    Descriptor(Descriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        if (this != &other) {
            close();
            descriptor_ = std::exchange(other.descriptor_, -1);
        }
        return *this;
    }
    ~Descriptor() { close(); }

    [[nodiscard]] int get() const { return descriptor_; }
    [[nodiscard]] bool open() const { return descriptor_ >= 0; }
    void close() {
        if (descriptor_ >= 0) ::close(descriptor_);
        descriptor_ = -1;
    }

  private:
    int descriptor_ = -1;
};

struct Pipe {
    Descriptor read, write;
};

Pipe make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw SystemError("no pipe can be made");
    return {.read = Descriptor(ends[0]), .write = Descriptor(ends[1])};
}

void set_nonblocking(const Descriptor& descriptor) {
    const int flags = ::fcntl(descriptor.get(), F_GETFL);
    static_cast<void>(::fcntl(descriptor.get(), F_SETFL, flags | O_NONBLOCK));
}

// While it lives, writing to a program that is gone is an error and not the end of this one.
class NoBrokenPipe {
  public:
    NoBrokenPipe() {
        sigemptyset(&pipe_);
        sigaddset(&pipe_, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }
    NoBrokenPipe(const NoBrokenPipe&) = delete;
    NoBrokenPipe& operator=(const NoBrokenPipe&) = delete;
    NoBrokenPipe(NoBrokenPipe&&) = delete;
    NoBrokenPipe& operator=(NoBrokenPipe&&) = delete;
    ~NoBrokenPipe() {
        const timespec at_once{};
        while (sigtimedwait(&pipe_, nullptr, &at_once) > 0) {
        }
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }

  private:
    sigset_t pipe_{}, before_{};
};

// The child's end of things: it leads a process group, so that all of it can be ended.
class Child {
  public:
    Child(const ProgramCall& call, const Pipe& in, const Pipe& out, const Pipe& error) {
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, in.read.get(), STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&actions, out.write.get(), STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&actions, error.write.get(), STDERR_FILENO);
        if (!call.directory.empty())
            posix_spawn_file_actions_addchdir_np(&actions, call.directory.c_str());
        posix_spawnattr_t attributes;
        posix_spawnattr_init(&attributes);
        sigset_t none;
        sigemptyset(&none);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setpgroup(&attributes, 0);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
        std::vector<std::string> words = call.command;
        std::vector<char*> argv;
        argv.reserve(words.size() + 1);
        for (std::string& word : words) argv.push_back(word.data());
        argv.push_back(nullptr);
        error_ = ::posix_spawnp(&id_, argv.front(), &actions, &attributes, argv.data(), environ);
        posix_spawnattr_destroy(&attributes);
        posix_spawn_file_actions_destroy(&actions);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    Child(Child&&) = delete;
    Child& operator=(Child&&) = delete;
    ~Child() {
        if (error_ == 0 && !waited_) {
            ::kill(-id_, SIGKILL);
            static_cast<void>(wait());
        }
    }

    [[nodiscard]] int error() const { return error_; }
    void end() const { ::kill(-id_, SIGKILL); }
    int wait() {
        int status = 0;
        while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
        }
        waited_ = true;
        return status;
    }
    /// The status, if it has ended.
    bool ended(int& status) {
        if (::waitpid(id_, &status, WNOHANG) != id_) return false;
        waited_ = true;
        return true;
    }

  private:
    pid_t id_ = -1;
    int error_ = 0;
    bool waited_ = false;
};

// Takes lines out of bytes as they come.
class Lines {
  public:
    explicit Lines(const std::function<bool(std::string_view)>& on_line) : on_line_(on_line) {}

    bool add(std::string_view bytes) {
        text_ += bytes;
        std::size_t start = 0;
        for (auto end = text_.find('\n'); end != std::string::npos; end = text_.find('\n', start)) {
            if (!on_line_(std::string_view(text_).substr(start, end - start))) return false;
            start = end + 1;
        }
        text_.erase(0, start);
        return true;
    }
    void finish() {
        if (!text_.empty()) static_cast<void>(on_line_(text_));
    }

  private:
    const std::function<bool(std::string_view)>& on_line_;
    std::string text_;
};

std::string last_line(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ' || text.back() == '\r'))
        text.pop_back();
    const auto start = text.rfind('\n');
    return start == std::string::npos ? text : text.substr(start + 1);
}

ProgramEnd end_of(int status, const std::string& words) {
    ProgramEnd end{.kind = ProgramEnd::Kind::finished, .code = 0, .last_words = last_line(words)};
    if (WIFSIGNALED(status)) {
        end.kind = ProgramEnd::Kind::killed;
        end.code = WTERMSIG(status);
    } else if (WEXITSTATUS(status) != 0) {
        end.kind = ProgramEnd::Kind::failed;
        end.code = WEXITSTATUS(status);
    }
    return end;
}

// The conversation with a program that has been started.
class Talk {
  public:
    Talk(const ProgramCall& call,
         Child& child,
         Descriptor in,
         Descriptor out,
         Descriptor error,
         std::string_view input,
         const std::function<bool(std::string_view)>& on_line)
        : call_(call),
          child_(child),
          in_(std::move(in)),
          out_(std::move(out)),
          error_(std::move(error)),
          input_(input),
          lines_(on_line) {
        set_nonblocking(in_);
        set_nonblocking(out_);
        set_nonblocking(error_);
    }

    ProgramEnd run(const std::atomic<bool>* stop) {
        Clock::time_point heard = Clock::now();
        while (out_.open()) {
            if (stop != nullptr && *stop) {
                child_.end();
                throw sim::Interrupted();
            }
            if (step()) heard = Clock::now();
            if (enough_) {
                child_.end();
                static_cast<void>(child_.wait());
                return {.kind = ProgramEnd::Kind::finished, .code = 0, .last_words = {}};
            }
            if (seconds_since(heard) > call_.timeout_seconds) return give_up();
        }
        in_.close();
        return wait_for_end(stop);
    }

  private:
    static double seconds_since(Clock::time_point start) {
        return std::chrono::duration<double>(Clock::now() - start).count();
    }

    ProgramEnd give_up() {
        child_.end();
        static_cast<void>(child_.wait());
        return {.kind = ProgramEnd::Kind::hung, .code = 0, .last_words = last_line(words_)};
    }

    // It has closed its output; it may still take a moment to end.
    ProgramEnd wait_for_end(const std::atomic<bool>* stop) {
        lines_.finish();
        const Clock::time_point closed = Clock::now();
        int status = 0;
        while (!child_.ended(status)) {
            if (stop != nullptr && *stop) {
                child_.end();
                throw sim::Interrupted();
            }
            read_words();
            if (seconds_since(closed) > call_.timeout_seconds) return give_up();
            static_cast<void>(::poll(nullptr, 0, 1));
        }
        read_words();
        return end_of(status, words_);
    }

    // Writes and reads what there is. Returns whether anything was heard or taken.
    bool step() {
        std::array<pollfd, 3> waiting{pollfd{.fd = out_.get(), .events = POLLIN, .revents = 0},
                                      pollfd{.fd = error_.get(), .events = POLLIN, .revents = 0},
                                      pollfd{.fd = in_.get(), .events = POLLOUT, .revents = 0}};
        if (::poll(waiting.data(), waiting.size(), patience_milliseconds) <= 0) return false;
        bool heard = false;
        if (waiting[2].revents != 0) heard = write() || heard;
        if (waiting[1].revents != 0) heard = read_words() || heard;
        if (waiting[0].revents != 0) heard = read() || heard;
        return heard;
    }

    bool write() {
        const ::ssize_t count = ::write(in_.get(), input_.data(), input_.size());
        if (count > 0) input_.remove_prefix(static_cast<std::size_t>(count));
        const bool gone = count < 0 && errno != EAGAIN && errno != EINTR;
        if (gone || input_.empty()) in_.close();
        return count > 0;
    }

    bool read() {
        std::array<char, std::size_t{1} << 16U> piece{};
        const ::ssize_t count = ::read(out_.get(), piece.data(), piece.size());
        if (count < 0) return false;
        if (count == 0)
            out_.close();
        else if (!lines_.add({piece.data(), static_cast<std::size_t>(count)}))
            enough_ = true;
        return true;
    }

    bool read_words() {
        if (!error_.open()) return false;
        std::array<char, most_words> piece{};
        const ::ssize_t count = ::read(error_.get(), piece.data(), piece.size());
        if (count < 0) return false;
        if (count == 0) error_.close();
        words_.append(piece.data(), static_cast<std::size_t>(count));
        if (words_.size() > most_words) words_.erase(0, words_.size() - most_words);
        return count > 0;
    }

    const ProgramCall& call_;
    Child& child_;
    Descriptor in_, out_, error_;
    std::string_view input_;
    Lines lines_;
    std::string words_;
    bool enough_ = false;
};

}  // namespace

ProgramEnd run_program(const ProgramCall& call,
                       std::string_view input,
                       const std::function<bool(std::string_view line)>& on_line,
                       const std::atomic<bool>* stop) {
    Pipe in = make_pipe();
    Pipe out = make_pipe();
    Pipe error = make_pipe();
    const NoBrokenPipe no_broken_pipe;
    Child child(call, in, out, error);
    if (child.error() != 0)
        return {.kind = ProgramEnd::Kind::not_started, .code = child.error(), .last_words = {}};
    in.read.close();
    out.write.close();
    error.write.close();
    Talk talk(call,
              child,
              std::move(in.write),
              std::move(out.read),
              std::move(error.read),
              input,
              on_line);
    return talk.run(stop);
}

}  // namespace truegap::adapters

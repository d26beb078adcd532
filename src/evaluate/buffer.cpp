#include "evaluate/buffer.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace rule_search {

namespace {
constexpr std::align_val_t alignment{64};
}

template <class T>
Buffer<T>::Buffer(std::size_t size) : data_(static_cast<T*>(::operator new(size * sizeof(T), alignment))), size_(size) {
  std::fill_n(data_, size, T(0));
}
template <class T>
Buffer<T>::~Buffer() {
  ::operator delete(data_, alignment);
}
template <class T>
Buffer<T>::Buffer(Buffer&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
template <class T>
Buffer<T>& Buffer<T>::operator=(Buffer&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

template class Buffer<float>;
template class Buffer<double>;

}  // namespace rule_search
